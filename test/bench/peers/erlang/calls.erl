%% SPDX-FileCopyrightText: sweet contributors
%% SPDX-License-Identifier: BSD-3-Clause

%% Calls of a function on another node, which is a process of its own on the loopback device. The wrapper says by which
%% port they find each other: no epmd is started.
-module(calls).
-export([start/0, one_by_one/2, window/1, echo/1]).

-define(PAYLOAD, binary:copy(<<"x">>, 64)).

%% The node ends with this one: its standard input is a pipe from here.
start() ->
    {ok, _} = net_kernel:start(['front@127.0.0.1', longnames]),
    {ok, [[Port]]} = init:get_argument(erl_epmd_port),
    Threads = integer_to_list(erlang:system_info(schedulers)),
    {ok, _, Node} = peer:start_link(
        #{name => other, host => "127.0.0.1", longnames => true, connection => standard_io,
          args => ["-start_epmd", "false", "-erl_epmd_port", Port, "-kernel", "inet_dist_use_interface", "{127,0,0,1}",
                   "-pa", filename:dirname(code:which(?MODULE)), "+S", Threads ++ ":" ++ Threads]}),
    pong = net_adm:ping(Node),
    Node.

echo(X) -> X.

%% The number of calls that have returned what they were given.
one_by_one(Size, Node) -> {one(Size, Node, ?PAYLOAD, 0), Node}.

one(0, _, _, Right) -> Right;
one(Left, Node, P, Right) ->
    P = erpc:call(Node, ?MODULE, echo, [P]),
    one(Left - 1, Node, P, Right + 1).

%% So many calls under way at a time.
window(Window) ->
    fun(Size, Node) ->
        Send = fun(Ids) -> erpc:send_request(Node, ?MODULE, echo, [?PAYLOAD], call, Ids) end,
        Ids = lists:foldl(fun(_, Ids) -> Send(Ids) end, erpc:reqids_new(), lists:seq(1, Window)),
        {many(Send, Ids, Size - Window, ?PAYLOAD, 0), Node}
    end.

many(Send, Ids, ToSend, P, Right) ->
    case erpc:receive_response(Ids, infinity, true) of
        no_request -> Right;
        {P, call, Left} when ToSend > 0 -> many(Send, Send(Left), ToSend - 1, P, Right + 1);
        {P, call, Left} -> many(Send, Left, 0, P, Right + 1)
    end.
