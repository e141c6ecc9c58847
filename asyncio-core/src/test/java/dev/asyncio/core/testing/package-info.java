/// What the tests of all modules share: threads that are known to wait, a check that nothing is left over, the dump of
/// a module's API, and the search for circles between packages.
package dev.asyncio.core.testing;
