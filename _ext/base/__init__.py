"""Tools that know no blog: the day, hashes, a cache, whole files, and the door through which a room hands files to the builder.

Every room may import it. It imports no other room.
"""
