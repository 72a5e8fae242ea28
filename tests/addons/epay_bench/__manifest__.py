{
    "name": "Counter Payments: benchmarks",
    "summary": "Test only: what `make bench` compares the counter's pages with",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "epay maintainers",
    "license": "LGPL-3",
    "depends": ["bus", "payment"],
}
