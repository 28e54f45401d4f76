"""Tools that know no blog: the day, hashes, files that several processes may write, what an output of a build is made of.

Every room may import it; it imports none.
"""
