"""What a post has to show for itself: what its tests have run, and what its programs have measured.

It imports `source`.
"""
