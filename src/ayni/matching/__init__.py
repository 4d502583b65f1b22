"""Reciprocal rounds and exchange circles: pure optimisation with proofs. No framework, no clock, no hidden chance.

`solve` proposes, `certify` checks without a solver, `why` and `why_not` explain, `tradeoffs` prices each goal.
Everywhere a balance is hosted minus sent.
"""
