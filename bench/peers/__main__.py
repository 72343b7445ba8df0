"""python -m bench.peers [a|b|c] [--rounds N]"""

import sys

from bench.peers import side_by_side

side_by_side.main(sys.argv[1:])
