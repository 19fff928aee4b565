"""Entra ID: sign-in by client credentials and the part of Microsoft Graph that applications need."""
