// Loaded before Unleash: a job of its own that fails must not end the server under test.
//
// Unleash 6.10.1 and 8.2.0 notice an archived flag up to a second later, look whether it is still
// there and write its stage. A flag that is deleted for good between the two is a promise that nobody
// handles, and db-migrate, which both run at their start, ends the process at any of those. Nothing
// that segctl sends brings that about, for it deletes no flags; the tests do.
process.on("unhandledRejection", (reason) => console.error("a job of the server failed:", reason));
const { on } = process;
process.on = (event, listener) =>
  event === "unhandledRejection" ? process : on.call(process, event, listener);
