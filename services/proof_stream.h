// ExportProofs.

#pragma once

#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/method_table.h"
#include "services/serving.h"

namespace cartograph::services {

// Writes a chunk and makes the next only when the client took it: a slow reader holds one chunk,
// one snapshot, and the facts of one stratum.
MethodTable::StreamWriter* StartProofExport(grpc::CallbackServerContext* context,
                                            const Serving* serving,
                                            const grpc::ByteBuffer& request);

}  // namespace cartograph::services
