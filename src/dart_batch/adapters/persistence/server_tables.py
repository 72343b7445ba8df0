"""How tables are made on MariaDB and MySQL, whatever the server's defaults are: InnoDB, and texts that are compared by
their bytes, as SQLite does.
"""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.compiler import DDLCompiler

OPTIONS = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"


@compiles(CreateTable, "mysql", "mariadb")
def _with_options(element: CreateTable, compiler: DDLCompiler, **arguments: Any) -> str:
    plain: str = compiler.visit_create_table(element, **arguments)  # type: ignore[no-untyped-call]
    return f"{plain.rstrip()} {OPTIONS}\n\n"
