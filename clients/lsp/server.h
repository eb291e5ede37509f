// The rule language server: the Language Server Protocol 3.17 over two streams, for editors.
//
// What it answers: diagnostics as documents change, hover, go to definition, completion and
// formatting. It stands beside the other clients, not in rules/: JSON and editors are a wire, and
// rules/ knows none.

#pragma once

#include <istream>
#include <ostream>
#include <string>

namespace cartograph::lsp {

struct ServerOptions {
  std::string base_schema;  // declarations of the base relations, "" for none
};

// Serves one editor until it says exit, or until the stream ends or holds no frame any more.
// Whether it ended as the protocol wants: shutdown, then exit.
bool Serve(const ServerOptions& options, std::istream& in, std::ostream& out);

}  // namespace cartograph::lsp
