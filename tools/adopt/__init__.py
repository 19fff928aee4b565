"""Takes what exists in Azure into the components: an ARM export in, a bulk import file and a program out."""
