"""What an editor of forms types into, besides Wagtail's own inputs."""
