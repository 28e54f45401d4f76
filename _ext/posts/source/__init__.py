"""What a post's file says, and where: its grammar, its outline, its folder, the vocabulary, and how a fault is told.

The lowest floor of `posts`: it imports nothing of ours.
"""
