"""The zone's pages: each turns what a room of the zone hands out into one template."""
