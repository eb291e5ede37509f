#include "kb/question_proto.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "cartograph/v1/fact.pb.h"
#include "google/protobuf/descriptor.h"
#include "kb/questions.h"

namespace cartograph::kb {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;
using google::protobuf::MethodDescriptorProto;

// Field numbers within descriptor.proto: a path of them says what a comment belongs to.
constexpr int kMessageOfFile = FileDescriptorProto::kMessageTypeFieldNumber;
constexpr int kServiceOfFile = FileDescriptorProto::kServiceFieldNumber;
constexpr int kPackageOfFile = FileDescriptorProto::kPackageFieldNumber;
constexpr int kFieldOfMessage = DescriptorProto::kFieldFieldNumber;
constexpr int kMethodOfService = google::protobuf::ServiceDescriptorProto::kMethodFieldNumber;

FieldDescriptorProto::Type TypeOf(rules::ValueKind kind) {
  switch (kind) {
    case rules::ValueKind::kNumber:
      return FieldDescriptorProto::TYPE_SINT32;
    case rules::ValueKind::kUnsigned:
      return FieldDescriptorProto::TYPE_UINT32;
    case rules::ValueKind::kFloat:
      return FieldDescriptorProto::TYPE_FLOAT;
    case rules::ValueKind::kSymbol:
    case rules::ValueKind::kRecord:
      break;
  }
  return FieldDescriptorProto::TYPE_STRING;
}

// A comment as protoc would keep it: every line begins with a space.
std::string CommentOf(absl::string_view text) {
  std::string comment;
  for (absl::string_view line : absl::StrSplit(absl::StripAsciiWhitespace(text), '\n')) {
    absl::StrAppend(&comment, " ", absl::StripAsciiWhitespace(line), "\n");
  }
  return comment;
}

// The comment of what stands at `path` in the file.
void AddComment(const std::vector<int>& path, absl::string_view comment,
                FileDescriptorProto* file) {
  if (comment.empty()) {
    return;
  }
  auto* location = file->mutable_source_code_info()->add_location();
  location->mutable_path()->Add(path.begin(), path.end());
  for (int i = 0; i < 3; ++i) {
    location->add_span(0);
  }
  location->set_leading_comments(CommentOf(comment));
}

// Builds one message of the file.
class MessageWriter {
 public:
  MessageWriter(FileDescriptorProto* file, std::string name, absl::string_view comment)
      : file_(file), index_(file->message_type_size()), message_(file->add_message_type()) {
    message_->set_name(std::move(name));
    AddComment({kMessageOfFile, index_}, comment, file_);
  }

  FieldDescriptorProto* Add(absl::string_view name, int number, FieldDescriptorProto::Type type,
                            absl::string_view comment) {
    AddComment({kMessageOfFile, index_, kFieldOfMessage, message_->field_size()}, comment, file_);
    FieldDescriptorProto* field = message_->add_field();
    field->set_name(std::string(name));
    field->set_number(number);
    field->set_type(type);
    field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
    return field;
  }

  void AddMessage(absl::string_view name, int number, absl::string_view type,
                  absl::string_view comment, bool repeated = false) {
    FieldDescriptorProto* field = Add(name, number, FieldDescriptorProto::TYPE_MESSAGE, comment);
    field->set_type_name(absl::StrCat(".", type));
    if (repeated) {
      field->set_label(FieldDescriptorProto::LABEL_REPEATED);
    }
  }

  // A field that knows whether it was set.
  void AddOptional(absl::string_view name, int number, FieldDescriptorProto::Type type,
                   absl::string_view comment) {
    FieldDescriptorProto* field = Add(name, number, type, comment);
    field->set_proto3_optional(true);
    field->set_oneof_index(message_->oneof_decl_size());
    message_->add_oneof_decl()->set_name(absl::StrCat("_", name));
  }

  void Reserve(int number) {
    DescriptorProto::ReservedRange* range = message_->add_reserved_range();
    range->set_start(number);
    range->set_end(number + 1);
  }

 private:
  FileDescriptorProto* const file_;
  const int index_;
  DescriptorProto* const message_;
};

// Writes the messages and methods of one question after the other.
class FileWriter {
 public:
  FileWriter(absl::string_view rule_pack, const rules::Program& program,
             const QuestionNumbers& numbers)
      : rule_pack_(rule_pack), program_(program), numbers_(numbers) {
    const std::string package = QuestionPackage(rule_pack);
    file_.set_name(absl::StrCat(absl::StrReplaceAll(package, {{".", "/"}}), "/questions.proto"));
    file_.set_package(package);
    file_.set_syntax("proto3");
    file_.add_dependency(v1::Row::descriptor()->file()->name());
    file_.add_service()->set_name("Questions");
    AddComment({kPackageOfFile},
               absl::StrCat("The questions of the rule pack ", rule_pack, ", by Cartograph."),
               &file_);
    AddComment({kServiceOfFile, 0},
               "Each method asks one question; its twin streams all rows of the answer.", &file_);
  }

  void Add(const Question& question) {
    const rules::Predicate& predicate = program_.predicate(question.predicate);
    const std::string name = MethodName(predicate.name);
    const v1::QuestionNumbers* numbers = FindNumbers(numbers_, rule_pack_, predicate.name);
    AddRow(name, predicate, *numbers);
    AddRequest(name, absl::StrCat(name, "Request"), predicate, *numbers, false);
    AddResponse(name, absl::StrCat(name, "Response"), false);
    AddRequest(name, absl::StrCat("Stream", name, "Request"), predicate, *numbers, true);
    AddResponse(name, absl::StrCat("Stream", name, "Response"), true);
    std::string comment = absl::StrCat(question.title, ".\n", predicate.doc);
    if (!question.order.empty()) {
      absl::StrAppend(&comment, "\nRows come in the order ", question.order, ".");
    }
    AddMethod(name, false, comment);
    AddMethod(absl::StrCat("Stream", name), true, absl::StrCat("All rows of ", name, "."));
  }

  FileDescriptorProto Take() { return std::move(file_); }

 private:
  std::string TypeNameOf(const rules::Column& column) const {
    return program_.types[rules::Index(column.type)].name;
  }

  void AddRow(const std::string& name, const rules::Predicate& predicate,
              const v1::QuestionNumbers& numbers) {
    MessageWriter row(&file_, absl::StrCat(name, "Row"), "");
    for (const rules::Column& column : predicate.columns) {
      const int number = static_cast<int>(FindColumn(numbers, column.name)->number());
      row.Add(column.name, number, TypeOf(column.kind), TypeNameOf(column));
    }
    for (const v1::ColumnNumber& column : numbers.columns()) {
      if (column.retired()) {
        row.Reserve(static_cast<int>(column.number()));
      }
    }
  }

  void AddRequest(const std::string& name, std::string message, const rules::Predicate& predicate,
                  const v1::QuestionNumbers& numbers, bool stream) {
    MessageWriter request(&file_, std::move(message), absl::StrCat("What is given of ", name, "."));
    request.AddMessage("read", kRequestRead, v1::ReadOptions::descriptor()->full_name(), "");
    if (!stream) {
      request.Add("page_size", kRequestPageSize, FieldDescriptorProto::TYPE_UINT32,
                  "At most 10000; 1000 where it is 0.");
      request.Add("page_token", kRequestPageToken, FieldDescriptorProto::TYPE_STRING, "");
    }
    request.Add("explain", kRequestExplain, FieldDescriptorProto::TYPE_BOOL,
                "Adds the reason of each row.");
    for (const rules::Column& column : predicate.columns) {
      const int number = static_cast<int>(FindColumn(numbers, column.name)->number());
      request.AddOptional(column.name, kRequestColumns + number, TypeOf(column.kind),
                          absl::StrCat("Only rows with this ", TypeNameOf(column), "."));
    }
    for (const v1::ColumnNumber& column : numbers.columns()) {
      if (column.retired()) {
        request.Reserve(kRequestColumns + static_cast<int>(column.number()));
      }
    }
  }

  void AddResponse(const std::string& name, std::string message, bool stream) {
    MessageWriter response(&file_, std::move(message), "");
    response.AddMessage("rows", kResponseRows, absl::StrCat(file_.package(), ".", name, "Row"), "",
                        true);
    if (!stream) {
      response.Add("next_page_token", kResponseNextPageToken, FieldDescriptorProto::TYPE_STRING,
                   "Empty on the last page.");
    }
    response.AddMessage("header", kResponseHeader, v1::ResponseHeader::descriptor()->full_name(),
                        "");
    response.AddMessage("reasons", kResponseReasons, v1::RowReason::descriptor()->full_name(),
                        "One a row, in their order, where `explain` was set.", true);
  }

  void AddMethod(const std::string& name, bool stream, absl::string_view comment) {
    google::protobuf::ServiceDescriptorProto* service = file_.mutable_service(0);
    AddComment({kServiceOfFile, 0, kMethodOfService, service->method_size()}, comment, &file_);
    MethodDescriptorProto* method = service->add_method();
    method->set_name(name);
    method->set_input_type(absl::StrCat(".", file_.package(), ".", name, "Request"));
    method->set_output_type(absl::StrCat(".", file_.package(), ".", name, "Response"));
    if (stream) {
      method->set_server_streaming(true);
    }
  }

  const absl::string_view rule_pack_;
  const rules::Program& program_;
  const QuestionNumbers& numbers_;
  FileDescriptorProto file_;
};

// The first thing that protobuf has to say against a file.
class FirstError final : public google::protobuf::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string&, const std::string& element, const google::protobuf::Message*,
                ErrorLocation, const std::string& message) override {
    if (text_.empty()) {
      text_ = absl::StrCat(element, ": ", message);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status CheckFile(const FileDescriptorProto& file) {
  google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
  FirstError error;
  if (pool.BuildFileCollectingErrors(file, &error) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the questions cannot be methods; rename what is named here: ", error.text()));
  }
  return absl::OkStatus();
}

}  // namespace

std::string QuestionPackage(absl::string_view rule_pack) {
  return absl::StrCat("cartograph.questions.", absl::StrReplaceAll(rule_pack, {{"-", "_"}}), ".v1");
}

std::string MethodName(absl::string_view question) {
  std::string name;
  for (absl::string_view word : absl::StrSplit(question, absl::ByAnyChar("_."))) {
    if (!word.empty()) {
      name.push_back(absl::ascii_toupper(static_cast<unsigned char>(word[0])));
      absl::StrAppend(&name, word.substr(1));
    }
  }
  return name;
}

absl::StatusOr<FileDescriptorProto> QuestionFile(absl::string_view rule_pack,
                                                 const rules::Program& program,
                                                 const QuestionNumbers& numbers) {
  ASSIGN_OR_RETURN(const std::vector<Question> questions, QuestionsOf(program));
  FileWriter writer(rule_pack, program, numbers);
  for (const Question& question : questions) {
    writer.Add(question);
  }
  FileDescriptorProto file = writer.Take();
  RETURN_IF_ERROR(CheckFile(file));
  return file;
}

absl::Status CheckQuestionMethods(absl::string_view rule_pack, const rules::Program& program) {
  ASSIGN_OR_RETURN(const std::vector<Question> questions, QuestionsOf(program));
  const QuestionNumbers numbers = NumbersAfter({}, rule_pack, program, questions);
  return QuestionFile(rule_pack, program, numbers).status();
}

}  // namespace cartograph::kb
