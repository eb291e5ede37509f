# cartograph_protos(TARGET ROOT file…): compiles .proto files below ROOT with protoc and the gRPC plugin.
# Every file named *_service.proto also gets its gRPC stubs. The result is a system include.

find_program(CARTOGRAPH_GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

function(cartograph_protos target root)
  set(out ${CMAKE_BINARY_DIR}/gen)
  set(generated "")
  foreach(proto ${ARGN})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(outputs ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    set(plugin "")
    if(stem MATCHES "(_service|/health|/reflection)$")
      list(APPEND outputs ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
      set(plugin --grpc_out=${out} --plugin=protoc-gen-grpc=${CARTOGRAPH_GRPC_CPP_PLUGIN})
    endif()
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
      COMMAND protobuf::protoc --cpp_out=${out} ${plugin} -I ${root} -I /usr/include ${proto}
      DEPENDS ${root}/${proto} ${CARTOGRAPH_PROTO_DEPENDS}
      VERBATIM)
    list(APPEND generated ${outputs})
  endforeach()
  add_library(${target} OBJECT ${generated})
  target_include_directories(${target} SYSTEM PUBLIC ${out})
  target_link_libraries(${target} PUBLIC gRPC::grpc++ protobuf::libprotobuf)
endfunction()
