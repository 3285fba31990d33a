"""What each kernel computes, in plain Python and NumPy: slow, short, and easy to check by eye."""
