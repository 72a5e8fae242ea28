"""Set-up, run, test and lint commands of epay.

Only the standard library is used here, because this code runs before anything is
installed; it is started by ``config/epay`` with the system's own Python.
"""
