// ImportEntities and ExportEntities.

#pragma once

#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/method_table.h"
#include "services/serving.h"

namespace cartograph::services {

// Reads a chunk, commits it, answers, and only then reads the next: a client that sends faster
// waits.
MethodTable::StreamExchange* StartImport(grpc::CallbackServerContext* context,
                                         const Serving* serving);

// Writes a chunk and reads the next from the store only when the client took it: a slow reader
// holds one chunk and one snapshot. At least one message is sent, so that the revision is known
// also where nothing is found.
MethodTable::StreamWriter* StartExport(grpc::CallbackServerContext* context, const Serving* serving,
                                       const grpc::ByteBuffer& request);

}  // namespace cartograph::services
