"""How the Pulumi engine gets onto a machine: from PATH, as the official release, or built from Go modules.

Everything but `language_host` runs on the standard library alone, because it runs before anything is installed.
"""
