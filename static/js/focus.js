behaviour("focus", element => element.focus())
