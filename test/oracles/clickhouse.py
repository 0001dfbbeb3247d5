# Runs queries in chdb over a table of texts. In: {"columns", "rows", "queries"} as JSON; out: one JSON value a query, the rows' places or {"error"}.
import json
import os
import sys
import tempfile

from chdb import session

given = json.load(sys.stdin)
columns = given["columns"]


def quoted(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '""') + '"'


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "rows.jsonl")
    with open(path, "w") as file:
        for place, row in enumerate(given["rows"]):
            cells = {f"c{index}": value for index, value in enumerate(row) if value is not None}
            file.write(json.dumps({**cells, "row": place}) + "\n")
    database = session.Session(os.path.join(folder, "database"))
    types = ", ".join(f"c{index} Nullable(String)" for index in range(len(columns)))
    database.query(f"CREATE TABLE base ENGINE = MergeTree ORDER BY row AS SELECT * FROM file('{path}', 'JSONEachRow', 'row UInt32, {types}')")
    names = ", ".join(f"c{index} AS {quoted(name)}" for index, name in enumerate(columns))
    database.query(f"CREATE VIEW events AS SELECT {names}, row AS _row FROM base")
    for query in given["queries"]:
        try:
            found = str(database.query(query, "TabSeparated"))
            print(json.dumps([line.split("\t") for line in found.split("\n") if line != ""]), flush=True)
        except Exception as error:
            print(json.dumps({"error": str(error)[:500]}), flush=True)
