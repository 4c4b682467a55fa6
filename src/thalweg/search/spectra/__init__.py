"""Spectra of Hessians at stationary points: whole, by factorisation, or by Krylov spaces."""
