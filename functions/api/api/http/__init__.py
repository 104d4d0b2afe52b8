"""What the routes share: who calls, where they are called, and how HTTP has its bodies, lists, caches and errors."""
