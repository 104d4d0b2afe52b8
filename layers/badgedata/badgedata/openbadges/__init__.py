"""Open Badges documents and baked images, read and written: pure code that knows no AWS and no network."""
