"""Spectra of Hessians at points at rest: whole, by factorisation, or by Krylov spaces."""
