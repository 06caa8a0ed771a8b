"""`huiyin hotline …`: complaints in bulk from the command line, without the website and its database.

A command loads what it needs when it is run: the language and its kernels take longer than most questions.
"""
