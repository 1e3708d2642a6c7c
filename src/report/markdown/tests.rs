//! What must hold of every Markdown.
