"""Where what was handed in is read, spoken about and decided on."""
