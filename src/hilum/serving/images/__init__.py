"""What the pages of archive, import and quarantine stand on: lists, thumbnails, uploads, folders."""
