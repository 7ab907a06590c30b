%% SPDX-FileCopyrightText: sweet contributors
%% SPDX-License-Identifier: BSD-3-Clause

%% Values that travel between processes one by one. A mailbox has no bound: after each block of values a producer sends
%% a mark, which the process at the end returns, and no more than two blocks are under way.
-module(events).
-export([single/1, fan/1, join/1, ping_pong/1]).

-define(BLOCK, 512).
-define(PRODUCERS, 4).

single(Size) ->
    result_of(fun() ->
        Consumer = self(),
        spawn_link(fun() -> produce([Consumer], 0, 1, Size) end),
        consume(Size, 0)
    end).

fan(Size) ->
    result_of(fun() ->
        Collector = self(),
        Workers = [spawn_link(fun() -> increment(Collector) end) || _ <- [1, 2]],
        spawn_link(fun() -> produce(Workers, 0, 1, Size) end),
        consume(Size, 0)
    end).

join(Size) ->
    result_of(fun() ->
        Consumer = self(),
        [spawn_link(fun() -> produce([Consumer], First, ?PRODUCERS, Size) end)
         || First <- lists:seq(0, ?PRODUCERS - 1)],
        consume(Size, 0)
    end).

ping_pong(Size) ->
    result_of(fun() ->
        Client = self(),
        ping(spawn_link(fun() -> pong(Client) end), Size, 0)
    end).

%% What `Body` returns in a process of its own, which takes with it what it has linked, and what nobody has received.
result_of(Body) ->
    {Process, Monitor} = spawn_monitor(fun() -> exit({result, Body()}) end),
    receive {'DOWN', Monitor, process, Process, {result, Result}} -> Result end.

%% The receivers take turns in blocks.
produce(Receivers, First, Step, Size) ->
    self() ! returned,
    produce_blocks(Receivers, First, Step, Size).

produce_blocks(_, Value, _, Size) when Value >= Size -> ok;
produce_blocks([Receiver | Others], Value, Step, Size) ->
    Next = produce_block(Receiver, Value, Step, min(Value + ?BLOCK * Step, Size)),
    Receiver ! {mark, self()},
    receive returned -> ok end,
    produce_blocks(Others ++ [Receiver], Next, Step, Size).

produce_block(_, Value, _, End) when Value >= End -> Value;
produce_block(Receiver, Value, Step, End) ->
    Receiver ! Value,
    produce_block(Receiver, Value + Step, Step, End).

consume(0, Sum) -> Sum;
consume(Count, Sum) ->
    receive
        {mark, Producer} ->
            Producer ! returned,
            consume(Count, Sum);
        Value -> consume(Count - 1, Sum + Value)
    end.

increment(Collector) ->
    receive
        {mark, _} = Mark -> Collector ! Mark;
        Value -> Collector ! Value + 1
    end,
    increment(Collector).

ping(_, 0, Value) -> Value;
ping(Server, Size, Value) ->
    Server ! Value,
    receive Next -> ping(Server, Size - 1, Next) end.

pong(Client) ->
    receive Value -> Client ! Value + 1 end,
    pong(Client).
