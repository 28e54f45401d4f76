"""Real servers for the posts' listings: from wheels, in folders of their own, without root, Docker or the network.

A test asks for one by its fixture (services.fixtures); a program starts one with `with`.
"""
