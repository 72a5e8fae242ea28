from . import test_books
from . import test_clerk_app
from . import test_door
from . import test_lines
from . import test_open_collection
from . import test_rights
