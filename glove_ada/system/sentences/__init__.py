"""What sentences for users are made of: what a value may be (`kinds`), and how many (`counted`)."""
