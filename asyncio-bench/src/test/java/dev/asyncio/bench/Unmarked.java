package dev.asyncio.bench;

/// For a measurement whose beginning and end nobody waits for.
enum Unmarked implements LoadDialogue.Marks {
    INSTANCE;

    @Override
    public void measuring() {}

    @Override
    public void measured() {}
}
