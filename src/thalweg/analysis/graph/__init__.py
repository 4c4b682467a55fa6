"""Analyses that need a network only.

One of your own is a file of its own, here or outside the package: a pure function that takes a `Network`
(and a temperature, where it depends on one) and returns a frozen dataclass that names its numbers. It writes
nothing and draws nothing; `Landscape.annotate` saves what it says of each minimum, and a figure or a section
of the report takes its result.

    @dataclass(frozen=True)
    class Neighbourhood:
        n_minima: int
        lowest_loss: float

    def neighbourhood(network: Network, minimum: int) -> Neighbourhood:
        network.require_minima("a neighbourhood")
        pairs = neighbour_pairs(network)
        members = np.unique(pairs[(pairs == minimum).any(axis=1)])
        return Neighbourhood(len(members), float(network.losses[members].min()))

`require_minima` refuses an empty network, `neighbour_pairs` gives the edges without parallel and degenerate
ones, and `merge_tree` what joins at which loss. Inside the package it is exported by one more line, in
`analysis/__init__.py`.
"""
