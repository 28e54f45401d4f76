"""What is drawn for a post, and what a picture may be: charts, diagrams, formulas, sizes, safe SVGs.

It imports `evidence` and `source`.
"""
