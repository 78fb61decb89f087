"""How the app is served: who may ask it, what browsers may do with it, and on whose shelf a visitor's runs stand."""
