"""`python -m app` is `letterproof`."""

import sys

from app.main import main

sys.exit(main())
