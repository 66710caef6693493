behaviour("print", button => button.addEventListener("click", () => print()))
