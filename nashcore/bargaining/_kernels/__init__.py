"""How the games are solved; private to `nashcore.bargaining`."""
