"""Pictures of descents."""
