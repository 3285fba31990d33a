"""From raw text to words: markup taken off, words told apart, each in the form that is wanted.

Words are told apart in the text, block by block (`html_markup`, `splitting`). What becomes of a
word (`word_forms`) is settled once for each distinct one, when all have been met.
"""
