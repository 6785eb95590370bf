"""How a text is read: words, phrases, scopes and numbers, up to what a message says.

`flows.understanding` is the door; nothing else of the dialogue needs to know this folder, except
that `lexicon` loads the phrases.
"""
