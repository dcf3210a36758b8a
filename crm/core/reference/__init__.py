"""Public lists that all institutes share: SIC 2007, IS-8, technical routes, regions, LSIP areas, districts.

The short ones are written by hand and come with the product (`shipped`); official downloads are taken over with
`manage.py reference load` (`downloads`). Everything works without them: what they would have told is typed instead.
"""
