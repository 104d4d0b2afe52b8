"""Re-sync the images of a replaced badge class's awards: what is stale, baking, due dates, and the window's end."""
