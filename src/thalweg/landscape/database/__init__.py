"""The database below a landscape: connections, tables, transactions, migrations."""
