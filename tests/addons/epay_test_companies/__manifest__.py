{
    "name": "Counter Payments: companies of tests",
    "summary": "Test only: companies with their charts, which take long to make",
    # Raise it when tests/companies.py of epay_counter changes: the test databases are
    # made anew then.
    "version": "19.0.1.0.1",
    "category": "Hidden",
    "author": "epay maintainers",
    "license": "LGPL-3",
    "depends": ["epay_counter"],
    "post_init_hook": "post_init_hook",
}
