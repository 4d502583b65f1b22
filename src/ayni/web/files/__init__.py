"""Photos and documents: on their way here, and as readers get them."""
