"""Figures as plain Plotly dicts, from arrays and frames. Pure functions; no Streamlit, no engine."""
