"""From Terms and derivations to text, LaTeX, Typst, Markdown and JSON."""
