// The messages of question methods, between bytes and values.
//
// Requests are decoded by their descriptors; rows are encoded by hand from the column numbers,
// which takes a third of the time of a message built by reflection.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartograph/v1/fact.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"
#include "kb/snapshot.h"
#include "rules/facts/model.h"
#include "services/question_catalogue.h"
#include "services/question_rows.h"

namespace cartograph::services {

// What a caller gave.
struct QuestionRequest {
  std::unique_ptr<google::protobuf::Message> message;  // as it came: what a page token is bound to
  v1::ReadOptions read;
  uint32_t page_size = 0;
  std::string page_token;
  bool explain = false;
  ColumnFilters parameters;
};

// INVALID_ARGUMENT: the bytes are no request of `method`, or hold a field that it does not have.
absl::StatusOr<QuestionRequest> DecodeRequest(const QuestionCatalogue& catalogue,
                                              const QuestionMethod& method,
                                              const grpc::ByteBuffer& bytes);

// Encodes rows of a model as a method's rows. Values that a message would not write, because they
// are its defaults, are not written here either.
class RowEncoder {
 public:
  // FAILED_PRECONDITION when `predicate`, of an older version of the pack, has not all columns of
  // `method`. REQUIRES: `model` outlives the encoder.
  static absl::StatusOr<RowEncoder> Create(const QuestionMethod& method,
                                           const rules::Predicate& predicate,
                                           const rules::Model& model);

  // Appends `row` as one more element of the response's field `rows`; returns its bytes.
  size_t Append(const rules::Tuple& row, std::string* response) const;

 private:
  struct Field {
    size_t column = 0;  // of the relation
    int number = 0;     // in the row
    rules::ValueKind kind = rules::ValueKind::kSymbol;
    rules::TypeId type{};
  };
  RowEncoder(std::vector<Field> fields, const rules::Model& model)
      : fields_(std::move(fields)), model_(&model) {}
  void Write(const Field& field, rules::Value value,
             google::protobuf::io::CodedOutputStream* out) const;

  std::vector<Field> fields_;
  const rules::Model* model_;
};

// Appends `message` as the field `number`.
void AppendField(int number, const google::protobuf::Message& message, std::string* response);
// Nothing for an empty text.
void AppendField(int number, const std::string& text, std::string* response);

}  // namespace cartograph::services
