#include "services/question_wire.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/wire_format_lite.h"
#include "kb/question_proto.h"
#include "rules/facts/fact.h"
#include "services/method_table.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

v1::Value ValueOf(const Message& message, const FieldDescriptor& field, rules::ValueKind kind) {
  const Reflection& reflection = *message.GetReflection();
  v1::Value value;
  switch (kind) {
    case rules::ValueKind::kSymbol:
      value.set_symbol(reflection.GetString(message, &field));
      break;
    case rules::ValueKind::kNumber:
      value.set_number(reflection.GetInt32(message, &field));
      break;
    case rules::ValueKind::kUnsigned:
      value.set_unsigned_number(reflection.GetUInt32(message, &field));
      break;
    case rules::ValueKind::kFloat:
      value.set_float_number(reflection.GetFloat(message, &field));
      break;
    case rules::ValueKind::kRecord:
      value.set_record(reflection.GetString(message, &field));
      break;
  }
  return value;
}

void ReadColumns(const QuestionMethod& method, const Message& message, ColumnFilters* parameters) {
  for (size_t i = 0; i < method.columns.size(); ++i) {
    const FieldDescriptor* field =
        message.GetDescriptor()->FindFieldByNumber(kb::kRequestColumns + method.numbers[i]);
    if (message.GetReflection()->HasField(message, field)) {
      v1::ColumnFilter* filter = parameters->Add();
      filter->set_column(method.columns[i].name);
      *filter->mutable_value() = ValueOf(message, *field, method.columns[i].kind);
    }
  }
}

// The page of a request: a stream has none.
void ReadPage(const Message& message, QuestionRequest* request) {
  const FieldDescriptor* size = message.GetDescriptor()->FindFieldByNumber(kb::kRequestPageSize);
  const FieldDescriptor* token = message.GetDescriptor()->FindFieldByNumber(kb::kRequestPageToken);
  if (size != nullptr && token != nullptr) {
    request->page_size = message.GetReflection()->GetUInt32(message, size);
    request->page_token = message.GetReflection()->GetString(message, token);
  }
}

void AppendLength(int number, size_t length, CodedOutputStream* out) {
  out->WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  out->WriteVarint32(static_cast<uint32_t>(length));
}

void WriteText(int number, absl::string_view text, CodedOutputStream* out) {
  if (!text.empty()) {
    AppendLength(number, text.size(), out);
    out->WriteRaw(text.data(), static_cast<int>(text.size()));
  }
}

}  // namespace

absl::StatusOr<QuestionRequest> DecodeRequest(const QuestionCatalogue& catalogue,
                                              const QuestionMethod& method,
                                              const grpc::ByteBuffer& bytes) {
  QuestionRequest request;
  request.message = catalogue.NewMessage(*method.request);
  const Message& message = *request.message;
  RETURN_IF_ERROR(Decode(bytes, request.message.get()));
  RETURN_IF_ERROR(CheckKnownFields(message));
  RETURN_IF_ERROR(CheckText(message));
  const Descriptor& type = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  request.read.CopyFrom(reflection.GetMessage(message, type.FindFieldByNumber(kb::kRequestRead)));
  request.explain = reflection.GetBool(message, type.FindFieldByNumber(kb::kRequestExplain));
  ReadPage(message, &request);
  ReadColumns(method, message, &request.parameters);
  return request;
}

absl::StatusOr<RowEncoder> RowEncoder::Create(const QuestionMethod& method,
                                              const rules::Predicate& predicate,
                                              const rules::Model& model) {
  std::vector<Field> fields;
  for (size_t i = 0; i < method.columns.size(); ++i) {
    const rules::Column& wanted = method.columns[i];
    const auto found = std::find_if(
        predicate.columns.begin(), predicate.columns.end(), [&](const rules::Column& column) {
          return column.name == wanted.name && column.kind == wanted.kind;
        });
    if (found == predicate.columns.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the question ", predicate.name, " of that revision has no column ",
                       wanted.name, " of this type; QuestionService.Ask answers it as it was"));
    }
    fields.push_back({static_cast<size_t>(found - predicate.columns.begin()), method.numbers[i],
                      found->kind, found->type});
  }
  // As a message writes them.
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return a.number < b.number; });
  return RowEncoder(std::move(fields), model);
}

void RowEncoder::Write(const Field& field, rules::Value value, CodedOutputStream* out) const {
  switch (field.kind) {
    case rules::ValueKind::kSymbol:
      return WriteText(field.number, model_->interning().symbols.Text(value), out);
    case rules::ValueKind::kRecord:
      return WriteText(field.number,
                       rules::ToText(value, field.type, model_->program(), model_->interning()),
                       out);
    case rules::ValueKind::kNumber:
      if (value.number() != 0) WireFormatLite::WriteSInt32(field.number, value.number(), out);
      return;
    case rules::ValueKind::kUnsigned:
      if (value.unsigned_number() != 0) {
        WireFormatLite::WriteUInt32(field.number, value.unsigned_number(), out);
      }
      return;
    case rules::ValueKind::kFloat:
      if (value.bits() != 0) WireFormatLite::WriteFloat(field.number, value.float_number(), out);
      return;
  }
}

size_t RowEncoder::Append(const rules::Tuple& row, std::string* response) const {
  std::string bytes;
  {
    StringOutputStream stream(&bytes);
    CodedOutputStream out(&stream);
    for (const Field& field : fields_) {
      Write(field, row[field.column], &out);
    }
  }
  const size_t before = response->size();
  {
    StringOutputStream stream(response);
    CodedOutputStream out(&stream);
    AppendLength(kb::kResponseRows, bytes.size(), &out);
    out.WriteString(bytes);
  }
  return response->size() - before;
}

void AppendField(int number, const Message& message, std::string* response) {
  StringOutputStream stream(response);
  CodedOutputStream out(&stream);
  AppendLength(number, message.ByteSizeLong(), &out);
  message.SerializeToCodedStream(&out);
}

void AppendField(int number, const std::string& text, std::string* response) {
  StringOutputStream stream(response);
  CodedOutputStream out(&stream);
  WriteText(number, text, &out);
}

}  // namespace cartograph::services
